package dirblob

import (
	"os"

	"golang.org/x/sys/unix"
)

// beginFlush makes the system begin to write a part of a file to its disk, by
// sync_file_range(2). It promises nothing, and the flush that does is told of the
// errors that come of it: so none is looked at here.
func beginFlush(f *os.File, offset, size int64) {
	_ = unix.SyncFileRange(int(f.Fd()), offset, size, unix.SYNC_FILE_RANGE_WRITE)
}
