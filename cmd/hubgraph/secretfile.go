package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"hubgraph/hubspot"
)

// credentialsDirectory is where systemd puts what a unit loads as its credentials
// (systemd.exec(5)), and tokenCredential the name of the token there.
const (
	credentialsDirectory = "CREDENTIALS_DIRECTORY"
	tokenCredential      = "hubspot-token"
)

// mostSecret bounds what is read as a secret, in bytes.
const mostSecret = 1 << 16

// credential is the token among the unit's credentials; empty where there is none.
func (a *app) credential() (hubspot.Secret, error) {
	dir := a.getenv(credentialsDirectory)
	if dir == "" {
		return "", nil
	}
	secret, err := a.secretIn(filepath.Join(dir, tokenCredential), "the credential "+tokenCredential)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return secret, err
}

// secretIn reads the secret that a file holds; what says where its name stands. A
// link is followed, as secrets are mounted as links; it is the file behind it that
// must be its owner's alone. What is below the credentials' directory is as the
// service manager made it: who may read there is its business.
func (a *app) secretIn(path, what string) (hubspot.Secret, error) {
	text, mode, err := readSecret(path)
	switch {
	case err != nil:
		return "", status{exitAuth, fmt.Errorf("%s cannot be read: %w", what, err)}
	case mode.IsRegular() && mode.Perm()&0o077 != 0 && !below(a.getenv(credentialsDirectory), path):
		return "", status{exitAuth, fmt.Errorf("%s, %s, is open to other users (mode %04o): chmod 600 it, and think of the secret as known to them", what, path, mode.Perm())}
	}
	secret := hubspot.Secret(strings.TrimSpace(text))
	if secret == "" {
		return "", status{exitAuth, fmt.Errorf("%s, %s, is empty", what, path)}
	}
	return secret, nil
}

// readSecret reads a file, and tells the mode of that which it read.
func readSecret(path string) (string, fs.FileMode, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", 0, err
	}
	text, err := io.ReadAll(io.LimitReader(f, mostSecret))
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
