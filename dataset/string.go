package dataset

import (
	"context"
	"fmt"
	"time"
)

// stringTime bounds the listing of String, which cannot be told to stop.
const stringTime = 10 * time.Second

// String names the dataset and its keys, as far as they can be listed in 10
// seconds: it is for people who look at a dataset they work with.
func (d *DataSet) String() string {
	ctx, cancel := context.WithTimeout(context.Background(), stringTime)
	defer cancel()
	keys, err := d.Keys(ctx)
	text := fmt.Sprintf("dataset %q containing %q", d.url, keys)
	if err != nil {
		text += fmt.Sprintf(" (%v)", err)
	}
	return text
}
