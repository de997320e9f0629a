//go:build linux && (amd64 || arm64)

package failat

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// variable says on which descriptor a process finds its parent waiting for the listener.
const variable = "HUBGRAPH_TEST_FAILAT"

// Begin puts this process under the eyes of the parent that started it with Run,
// and does nothing in any other process. From then on each file operation waits for
// the parent's word.
func Begin() error {
	text := os.Getenv(variable)
	if text == "" {
		return nil
	}
	socket, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("%s=%q is no descriptor", variable, text)
	}
	os.Unsetenv(variable)
	listener, err := install(filter())
	if err != nil {
		return fmt.Errorf("install the seccomp filter: %w", err)
	}
	defer unix.Close(listener)
	defer unix.Close(socket)
	if err := unix.Sendmsg(socket, []byte{0}, unix.UnixRights(listener), nil, 0); err != nil {
		return fmt.Errorf("hand over the seccomp listener: %w", err)
	}
	return nil
}

// install has the filter hold for all threads, those of now and those that
// come, and returns the descriptor on which the kernel asks.
func install(program []unix.SockFilter) (listener int, err error) {
	runtime.LockOSThread() // the first call is about this thread, the second takes it to the others
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, err
	}
	// A call that was reported to the parent must not begin again for one of the
	// signals of Go's scheduler: it would count twice.
	const flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV |
		unix.SECCOMP_FILTER_FLAG_TSYNC | unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH
	of := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	fd, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&of)))
	runtime.KeepAlive(program)
	if errno != 0 {
		return 0, errno
	}
	return int(fd), nil
}

// Where the kernel's seccomp_data has what the filter looks at, in bytes.
const (
	offsetNumber  = 0
	offsetCommand = 16 + 8 // of the second argument, its lower half on little-endian machines
)

// filter asks the parent about each of the calls, and allows all else. It takes the
// numbers to be those of this program's architecture: no other code runs in it.
func filter() []unix.SockFilter {
	load := func(offset uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
	}
	unless := func(k uint32, skip int) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: uint8(skip), K: k}
	}
	answer := func(action uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
	}
	ask, allow := answer(unix.SECCOMP_RET_USER_NOTIF), answer(unix.SECCOMP_RET_ALLOW)
	program := []unix.SockFilter{load(offsetNumber), unless(unix.SYS_FCNTL, 2+2*len(lockCommands())), load(offsetCommand)}
	for _, command := range lockCommands() {
		program = append(program, unless(command, 1), ask)
	}
	program = append(program, allow)
	for number := range calls() {
		program = append(program, unless(number, 1), ask)
	}
	return append(program, allow)
}
