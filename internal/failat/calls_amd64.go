//go:build linux

package failat

import "golang.org/x/sys/unix"

// oldCalls are those that newer architectures no longer have.
func oldCalls() map[uint32]call {
	return map[uint32]call{
		unix.SYS_OPEN:   {"open", Open, byPath, 1},
		unix.SYS_CREAT:  {"creat", Open, byPath, 0},
		unix.SYS_RENAME: {"rename", Rename, pathPath, 0},
		unix.SYS_UNLINK: {"unlink", Unlink, byPath, 0},
		unix.SYS_RMDIR:  {"rmdir", Unlink, byPath, 0},
		unix.SYS_MKDIR:  {"mkdir", Mkdir, byPath, 0},
	}
}
