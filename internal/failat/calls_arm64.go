//go:build linux

package failat

// oldCalls are those that newer architectures no longer have: there are none.
func oldCalls() map[uint32]call { return nil }
