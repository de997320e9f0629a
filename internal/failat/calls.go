//go:build linux && (amd64 || arm64)

package failat

import (
	"maps"
	"syscall"

	"golang.org/x/sys/unix"
)

// Class is a kind of file operation. All system calls of a kind count together.
type Class string

// The classes of file operations.
const (
	Open   Class = "open"   // openat, openat2, open, creat
	Write  Class = "write"  // whatever changes what is in a file: write, pwrite64, ftruncate, …
	Sync   Class = "fsync"  // fsync, fdatasync
	Rename Class = "rename" // rename, renameat, renameat2
	Unlink Class = "unlink" // unlink, unlinkat, rmdir
	Mkdir  Class = "mkdir"  // mkdir, mkdirat
	Lock   Class = "flock"  // flock, and fcntl where it is about a lock
)

// Classes are all classes.
func Classes() []Class { return []Class{Open, Write, Sync, Rename, Unlink, Mkdir, Lock} }

// Reasons are those for which a disk mostly refuses an operation: it is broken, it is
// full, it is somebody else's.
func Reasons() []syscall.Errno { return []syscall.Errno{syscall.EIO, syscall.ENOSPC, syscall.EACCES} }

// call says what a system call does, and in which arguments it says to which files.
type call struct {
	name  string
	class Class
	files []argument
	flags int // the argument that holds the flags of an open; 0: none does
}

// argument says where a system call names a file: by a descriptor, or by a path
// that begins at the folder of a descriptor. One that is -1 is not there.
type argument struct{ fd, path int }

var (
	byFirst  = []argument{{0, -1}} // the first argument is a descriptor
	byThird  = []argument{{2, -1}}
	at       = []argument{{0, 1}}         // as in openat
	fromTo   = []argument{{0, 1}, {2, 3}} // as in renameat
	byPath   = []argument{{-1, 0}}
	pathPath = []argument{{-1, 0}, {-1, 1}}
)

// calls are the system calls that are watched, by their number.
func calls() map[uint32]call {
	all := map[uint32]call{
		unix.SYS_OPENAT:          {"openat", Open, at, 2},
		unix.SYS_OPENAT2:         {"openat2", Open, at, 0},
		unix.SYS_WRITE:           {"write", Write, byFirst, 0},
		unix.SYS_PWRITE64:        {"pwrite64", Write, byFirst, 0},
		unix.SYS_WRITEV:          {"writev", Write, byFirst, 0},
		unix.SYS_PWRITEV:         {"pwritev", Write, byFirst, 0},
		unix.SYS_PWRITEV2:        {"pwritev2", Write, byFirst, 0},
		unix.SYS_SENDFILE:        {"sendfile", Write, byFirst, 0},
		unix.SYS_COPY_FILE_RANGE: {"copy_file_range", Write, byThird, 0},
		unix.SYS_SPLICE:          {"splice", Write, byThird, 0},
		unix.SYS_FTRUNCATE:       {"ftruncate", Write, byFirst, 0},
		unix.SYS_FALLOCATE:       {"fallocate", Write, byFirst, 0},
		unix.SYS_TRUNCATE:        {"truncate", Write, byPath, 0},
		unix.SYS_FSYNC:           {"fsync", Sync, byFirst, 0},
		unix.SYS_FDATASYNC:       {"fdatasync", Sync, byFirst, 0},
		unix.SYS_RENAMEAT:        {"renameat", Rename, fromTo, 0},
		unix.SYS_RENAMEAT2:       {"renameat2", Rename, fromTo, 0},
		unix.SYS_UNLINKAT:        {"unlinkat", Unlink, at, 0},
		unix.SYS_MKDIRAT:         {"mkdirat", Mkdir, at, 0},
		unix.SYS_FLOCK:           {"flock", Lock, byFirst, 0},
		unix.SYS_FCNTL:           {"fcntl", Lock, byFirst, 0},
	}
	maps.Copy(all, oldCalls())
	return all
}

// lockCommands are the commands of fcntl that are about locks.
func lockCommands() []uint32 {
	return []uint32{unix.F_GETLK, unix.F_SETLK, unix.F_SETLKW, unix.F_OFD_GETLK, unix.F_OFD_SETLK, unix.F_OFD_SETLKW}
}
