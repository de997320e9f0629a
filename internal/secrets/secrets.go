// Package secrets reads secrets from files, which must be their owner's alone.
package secrets

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hubgraph/hubspot"
	"hubgraph/internal/sentence"
)

// DirectoryVariable names where systemd puts what a unit loads as its credentials
// (systemd.exec(5)), and tokenCredential is the name of the token there.
const (
	DirectoryVariable = "CREDENTIALS_DIRECTORY"
	tokenCredential   = "hubspot-token"
)

// most bounds what is read as a secret, in bytes.
const most = 1 << 16

// ErrSecret: a file does not hold a secret, or not as a secret.
var ErrSecret = errors.New("no secret")

// Token is the token among the credentials in a directory; empty where there is none.
func Token(credentials string) (hubspot.Secret, error) {
	if credentials == "" {
		return "", nil
	}
	secret, err := InFile(filepath.Join(credentials, tokenCredential), "the credential "+tokenCredential, credentials)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return secret, err
}

// InFile reads the secret that a file holds; what says where its name stands. A
// link is followed, as secrets are mounted as links; it is the file behind it that
// must be its owner's alone. What is below the credentials' directory is as the
// service manager made it: who may read there is its business. The error is ErrSecret.
func InFile(path, what, credentials string) (hubspot.Secret, error) {
	text, mode, err := read(path)
	switch {
	case err != nil:
		return "", sentence.New(errors.Join(ErrSecret, err), "%s cannot be read: %v", what, err)
	case mode.IsRegular() && mode.Perm()&0o077 != 0 && !below(credentials, path):
		return "", sentence.New(ErrSecret, "%s, %s, is open to other users (mode %04o): chmod 600 it, and think of the secret as known to them", what, path, mode.Perm())
	}
	secret := hubspot.Secret(strings.TrimSpace(text))
	if secret == "" {
		return "", sentence.New(ErrSecret, "%s, %s, is empty", what, path)
	}
	return secret, nil
}

// read reads a file, and returns the mode of that which it read.
func read(path string) (string, fs.FileMode, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	text, err := io.ReadAll(io.LimitReader(f, most))
	return string(text), info.Mode(), err
}

// below reports whether a path leads into a folder; none is below no folder.
func below(dir, path string) bool {
	if dir == "" {
		return false
	}
	rel, err := filepath.Rel(dir, path)
	return err == nil && filepath.IsLocal(rel)
}
