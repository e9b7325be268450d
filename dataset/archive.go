package dataset

import "context"

func (d *DataSet) encodeArchive(ctx context.Context, key string, value any) (*content, error) {
	return d.encodeFile(ctx, "json", value, nil)
}

func (d *DataSet) decodeArchive(ctx context.Context, r *record, target any) error { return nil }
func (d *DataSet) refreshView(ctx context.Context, r *record)                     {}
func (d *DataSet) repairViews(ctx context.Context) error                          { return nil }
func (d *DataSet) checkViews(ctx context.Context, r *Report, repair bool) error   { return nil }
