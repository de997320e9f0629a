//go:build !linux || !(amd64 || arm64)

package failat

// Begin does nothing: Run is for Linux only, so that nobody asks for it.
func Begin() error { return nil }
