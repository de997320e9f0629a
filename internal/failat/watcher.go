//go:build linux && (amd64 || arm64)

package failat

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// notification is the kernel's struct seccomp_notif: a thread waits at a call.
type notification struct {
	id        uint64
	thread    uint32
	flags     uint32
	number    uint32
	arch      uint32
	at        uint64
	arguments [6]uint64
}

// response is the kernel's struct seccomp_notif_resp.
type response struct {
	id    uint64
	value int64
	errno int32 // negative
	flags uint32
}

// watcher answers for the kernel.
type watcher struct {
	listener int
	folder   string
	fault    Fault
	calls    map[uint32]call
	ops      []Op
	count    int // of the class that the fault is of
}

// watch answers until the process has ended.
func (w *watcher) watch() error {
	poll := []unix.PollFd{{Fd: int32(w.listener), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(poll, -1); err != nil && !errors.Is(err, syscall.EINTR) {
			return err
		}
		switch {
		case poll[0].Revents&unix.POLLIN != 0:
			if err := w.answer(); err != nil {
				return err
			}
		case poll[0].Revents != 0:
			return nil
		}
	}
}

// answer takes one notification and answers it. One whose thread is gone by now
// needs no answer.
func (w *watcher) answer() error {
	var n notification
	if err := control(w.listener, unix.SECCOMP_IOCTL_NOTIF_RECV, unsafe.Pointer(&n)); err != nil {
		return passing(err)
	}
	r := response{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
	op, err := w.read(&n)
	if err == nil && (isBelow(op.Path, w.folder) || isBelow(op.To, w.folder)) {
		if op.Failed = w.fails(op); op.Failed {
			r.flags, r.errno = 0, -int32(w.fault.Errno)
		}
		w.ops = append(w.ops, op)
	}
	return errors.Join(passing(err), passing(control(w.listener, unix.SECCOMP_IOCTL_NOTIF_SEND, unsafe.Pointer(&r))))
}

// passing is nil for an error that says that a thread was killed meanwhile, or that
// its call names what is not there: the kernel will say so as well.
func passing(err error) error {
	for _, harmless := range []error{syscall.ENOENT, syscall.EINTR, syscall.ESRCH, syscall.EFAULT, syscall.ENAMETOOLONG} {
		if errors.Is(err, harmless) {
			return nil
		}
	}
	return err
}

func control(fd int, request uint, argument unsafe.Pointer) error {
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(argument)); errno != 0 {
		return fmt.Errorf("ask the kernel for the calls of a process: %w", errno)
	}
	return nil
}

// fails reports whether this is the operation that is to fail.
func (w *watcher) fails(op Op) bool {
	if op.Class != w.fault.Class {
		return false
	}
	w.count++
	return w.count == w.fault.N
}

// read finds out what a call is about.
func (w *watcher) read(n *notification) (Op, error) {
	c := w.calls[n.number]
	op := Op{Class: c.class, Call: c.name, Creates: c.name == "creat"}
	for i, path := range []*string{&op.Path, &op.To} {
		if i >= len(c.files) {
			break
		}
		var err error
		if *path, err = n.file(c.files[i]); err != nil {
			return op, err
		}
	}
	if c.flags > 0 {
		op.Creates = n.arguments[c.flags]&unix.O_CREAT != 0
	}
	if c.name == "openat2" { // which has its flags in a struct, first
		flags, err := n.memory(uintptr(n.arguments[2]), 8)
		if err != nil {
			return op, err
		}
		op.Creates = flags[0]&unix.O_CREAT != 0
	}
	return op, nil
}

// file is the path of a file that a call names.
func (n *notification) file(a argument) (string, error) {
	if a.path < 0 {
		return n.link(fmt.Sprintf("fd/%d", int32(n.arguments[a.fd])))
	}
	text, err := n.text(uintptr(n.arguments[a.path]))
	if err != nil || filepath.IsAbs(text) {
		return filepath.Clean(text), err
	}
	start := "cwd"
	if a.fd >= 0 && int32(n.arguments[a.fd]) != unix.AT_FDCWD {
		start = fmt.Sprintf("fd/%d", int32(n.arguments[a.fd]))
	}
	dir, err := n.link(start)
	return filepath.Join(dir, text), err
}

// link reads a link in the thread's folder of /proc.
func (n *notification) link(name string) (string, error) {
	to, err := os.Readlink(fmt.Sprintf("/proc/%d/%s", n.thread, name))
	return strings.TrimSuffix(to, " (deleted)"), err
}

// text reads a path from the process, which ends with a zero byte.
func (n *notification) text(address uintptr) (string, error) {
	const page = 4096
	var text []byte
	for len(text) < unix.PathMax {
		part, err := n.memory(address, page-int(address%page)) // the page behind it may not be there
		if err != nil {
			return "", err
		}
		before, _, ends := bytes.Cut(part, []byte{0})
		text, address = append(text, before...), address+uintptr(len(part))
		if ends {
			return string(text), nil
		}
	}
	return "", syscall.ENAMETOOLONG
}

// memory reads from the process, as many bytes as length or fewer.
func (n *notification) memory(address uintptr, length int) ([]byte, error) {
	b := make([]byte, length)
	local := []unix.Iovec{{Base: &b[0], Len: uint64(length)}}
	read, err := unix.ProcessVMReadv(int(n.thread), local, []unix.RemoteIovec{{Base: address, Len: length}}, 0)
	if err != nil {
		return nil, err
	}
	return b[:read], nil
}
