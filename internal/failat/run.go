//go:build linux && (amd64 || arm64)

package failat

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/unix"
)

// Fault is the operation that is to fail: the Nth of a class, from 1 on. The zero
// value lets all pass.
type Fault struct {
	Class Class
	N     int
	Errno syscall.Errno
}

// Op is a file operation, as it was asked for: what the kernel made of it is not
// known.
type Op struct {
	Class   Class
	Call    string // the system call
	Path    string // absolute, without looking at symbolic links
	To      string // what a rename makes of Path
	Creates bool   // an open that may make the file
	Failed  bool   // this is the one that failed
}

// String says what was done to what.
func (o Op) String() string {
	if o.To != "" {
		return fmt.Sprintf("%s %s to %s", o.Call, o.Path, o.To)
	}
	return o.Call + " " + o.Path
}

// Run runs a command to its end and returns the operations on files below a folder,
// an absolute path without symbolic links, in their order. One of them fails where
// the fault says so; where none is marked as failed, there were fewer. The command
// must call Begin before anything else. An error that is an *exec.ExitError is the
// command's own, any other means that it could not be watched.
func Run(cmd *exec.Cmd, folder string, f Fault) ([]Op, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(pair[0])
	theirs := os.NewFile(uintptr(pair[1]), "failat")
	cmd.ExtraFiles = append(cmd.ExtraFiles, theirs)
	cmd.Env = append(cmd.Environ(), fmt.Sprintf("%s=%d", variable, 2+len(cmd.ExtraFiles)))
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		return nil, err
	}
	listener, err := receive(pair[0])
	if err != nil {
		cmd.Process.Kill()
		return nil, errors.Join(fmt.Errorf("the command does not call Begin: %w", err), cmd.Wait())
	}
	w := watcher{listener: listener, folder: folder, fault: f, calls: calls()}
	err = w.watch()
	unix.Close(listener) // lets a call go that still waits, with ENOSYS
	if err != nil {
		cmd.Process.Kill()
		return nil, errors.Join(err, cmd.Wait())
	}
	return w.ops, cmd.Wait()
}

// receive takes the listener that Begin sends.
func receive(socket int) (listener int, err error) {
	rights := make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(socket, make([]byte, 1), rights, unix.MSG_CMSG_CLOEXEC)
	if err != nil {
		return 0, err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil {
		return 0, err
	}
	if len(messages) != 1 {
		return 0, errors.New("it ended first")
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return 0, fmt.Errorf("%d descriptors came: %w", len(fds), err)
	}
	return fds[0], nil
}
