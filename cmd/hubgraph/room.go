package main

import (
	"errors"
	"strings"
	"syscall"
)

// full are the errors of a disk that takes no more.
var full = []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG}

// errText returns the message for a person: where a disk or the memory is full, with
// what to do, unless it says so already. DuckDB's errors are texts alone, and its
// advice is about settings that are locked.
func errText(err error) string {
	text := strings.TrimSpace(err.Error())
	if short, advice, cut := strings.Cut(text, "\n\nPossible solutions:"); cut && strings.Contains(advice, "memory_limit") {
		return short + ": allow more with --memory, or ask for less at once"
	}
	lower := strings.ToLower(text)
	for _, errno := range full {
		if (errors.Is(err, errno) || strings.Contains(lower, errno.Error())) && !strings.Contains(lower, "make room") {
			return text + ": make room, or choose another --data"
		}
	}
	return text
}
