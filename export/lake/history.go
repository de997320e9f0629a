package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
)

// History is the folder, under work/, for what is kept of many nights so that it need
// not be read again. It is made where it is not there, and may be removed at any time.
// The data folder must be locked.
func (p *Portal) History() (string, error) {
	err := p.Within(func(root *os.Root) error { return root.MkdirAll(historyDir, DirMode) })
	return p.path(historyDir), err
}

// Digest stands for the folder and the content of all of its files: their digests by the
// manifest. Files are not read.
func (f Folder) Digest() string {
	hash := sha256.New()
	hash.Write([]byte(filepath.Base(f.dir)))
	for _, file := range f.Manifest.Files {
		hash.Write([]byte("\x00" + file.Table + "\x00" + file.SHA256))
	}
	return hex.EncodeToString(hash.Sum(nil))
}
