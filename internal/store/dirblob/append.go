package dirblob

import (
	"errors"
	"os"
)

// Append adds data to the end of a file in one write, and makes the file if it is
// not there. Nothing is flushed.
func (d *Dir) Append(name string, data []byte) error {
	if err := check("append", name); err != nil {
		return err
	}
	at, err := d.find("append", name, true)
	if err != nil {
		return err
	}
	return d.inFolder(at, func() error {
		return d.do("append", name, func() error {
			f, err := at.root.OpenFile(at.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
			if err != nil {
				return err
			}
			_, err = f.Write(data)
			return errors.Join(err, f.Close())
		})
	})
}
