package main

import (
	"crypto/sha256"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// The limits: what cannot be left out, done in the simplest way.

// readAndVisit reads a file and looks at each byte once.
func readAndVisit(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	lines := 0
	for _, c := range data {
		if c == '\n' {
			lines++
		}
	}
	if lines == 0 {
		return errors.New("no lines")
	}
	return nil
}

// writeDurably puts a file in the place of another so that a power cut leaves
// one of the two: write, flush, rename, flush the folder.
func writeDurably(path string, data []byte) error {
	return replaceDurably(path, func(f *os.File) error {
		for part := range slices.Chunk(data, 64<<10) { // one large write can take several times as long
			if _, err := f.Write(part); err != nil {
				return err
			}
		}
		return nil
	})
}

// copyAndHash copies a file durably and hashes it on the way.
func copyAndHash(dst, src string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	return replaceDurably(dst, func(f *os.File) error {
		_, err := io.CopyBuffer(io.MultiWriter(f, sha256.New()), onlyReader{in}, make([]byte, 1<<20))
		return err
	})
}

// hash reads a file and hashes it.
func hash(path string) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = io.CopyBuffer(onlyWriter{sha256.New()}, onlyReader{in}, make([]byte, 1<<20))
	return err
}

func replaceDurably(path string, write func(*os.File) error) error {
	if err := createFlushed(path+".tmp", write); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return flushFolder(filepath.Dir(path))
}

// createFlushed writes a new file whose content a power cut cannot undo.
func createFlushed(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Sync(), f.Close())
}

func flushFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// onlyReader and onlyWriter hide ways around the buffer of io.CopyBuffer.
type (
	onlyReader struct{ io.Reader }
	onlyWriter struct{ io.Writer }
)
