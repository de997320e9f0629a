// Package failat has one file operation of a process fail: the Nth of its kind on
// the files below a folder, counted over all of its threads. It also lists which
// operations there were, in their order, and which of them a loss of power could
// undo.
//
// The process puts a seccomp filter upon itself, which holds it up at each such
// system call and asks its parent what to do (seccomp_unotify(2), Linux 5.19 and
// later; no privilege is needed). The parent reads what the call is about, and lets
// it go on or answers in the kernel's place. So the calls of Go's runtime, of
// DuckDB and of any other library are all seen, and the program under test is the
// one that is shipped, without a layer of ours below it.
package failat
