package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/sdk"
)

// Settings are what users can choose.
type Settings struct {
	Sheet string `json:"sheet"` // name of the sheet that is written, or read
}

// handler is the format: a list of rows, which are lists of texts and equally
// long. Cells are texts in the workbook too, so that nothing is taken for a date.
var handler = sdk.Typed[[][]string, Settings]{
	Kind: artifacts.Format{Alias: "xlsx", Suffix: "xlsx", Binary: true},
	Facts: sdk.Facts{
		Summary:   "rows of texts, as an Excel workbook",
		MediaType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		Version:   "1",
	},
	Settings: Settings{Sheet: "Sheet1"},
	Write:    write,
	Read:     read,
}

// longestCell is what Excel has room for, in UTF-16 units.
const longestCell = excelize.TotalCellChars

func write(ctx context.Context, w io.Writer, rows [][]string, s Settings) (err error) {
	if err := checkRows(rows); err != nil {
		return err
	}
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", s.Sheet); err != nil {
		return sdk.BadSettings("sheet: %w", err)
	}
	if len(rows) > 0 {
		last, err := excelize.CoordinatesToCellName(len(rows[0]), len(rows))
		if err != nil {
			return err
		}
		if err := f.SetSheetDimension(s.Sheet, "A1:"+last); err != nil {
			return err
		}
	}
	sheet, err := f.NewStreamWriter(s.Sheet)
	if err != nil {
		return err
	}
	for i, row := range rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells := make([]any, len(row))
		for j, text := range row {
			cells[j] = text
		}
		if err := sheet.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
		sdk.Progress(ctx)
	}
	if err := sheet.Flush(); err != nil {
		return err
	}
	_, err = f.WriteTo(w)
	return err
}

// checkRows refuses what would come back as something else.
func checkRows(rows [][]string) error {
	if len(rows) > excelize.TotalRows {
		return sdk.BadValue("", "has %d rows, a sheet at most %d", len(rows), excelize.TotalRows)
	}
	for i, row := range rows {
		switch {
		case len(row) == 0:
			return sdk.BadValue(fmt.Sprintf("[%d]", i), "want at least one cell")
		case len(row) != len(rows[0]):
			return sdk.BadValue(fmt.Sprintf("[%d]", i), "has %d cells, the first row has %d", len(row), len(rows[0]))
		case len(row) > excelize.MaxColumns:
			return sdk.BadValue(fmt.Sprintf("[%d]", i), "has %d cells, a sheet at most %d columns", len(row), excelize.MaxColumns)
		}
		for j, text := range row {
			if reason := checkCell(text); reason != "" {
				return sdk.BadValue(fmt.Sprintf("[%d][%d]", i, j), "%s", reason)
			}
		}
	}
	return nil
}

func checkCell(text string) string {
	if len(text) > longestCell && len(utf16.Encode([]rune(text))) > longestCell {
		return fmt.Sprintf("is longer than %d characters", longestCell)
	}
	for _, r := range text {
		// What XML 1.0 has no place for (2.2, Char), and carriage returns, which it
		// turns into line feeds (2.11).
		if r < ' ' && r != '\t' && r != '\n' || r == '\uFFFE' || r == '\uFFFF' || r == utf8.RuneError {
			return fmt.Sprintf("has the character %U, which a sheet cannot hold", r)
		}
	}
	return ""
}

// read reads the rows of a sheet, all as long as the longest. Cells of other types
// than text are their text as it is stored.
func read(_ context.Context, r io.Reader, s Settings) (rows [][]string, err error) {
	file, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	defer func() {
		// The library is not made for files that somebody has damaged.
		if p := recover(); p != nil {
			rows, err = nil, sdk.BadFile("%v", p)
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		return nil, sdk.BadFile("%w", err)
	}
	defer f.Close()
	if rows, err = f.GetRows(s.Sheet, excelize.Options{RawCellValue: true}); err != nil {
		return nil, sdk.BadFile("%w", err)
	}
	width, height, err := dimension(f, s.Sheet)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		width = max(width, len(row))
	}
	height = max(height, len(rows))
	if width*height > cellsPerByte*len(file) {
		return nil, sdk.BadFile("the sheet claims to have %d columns and %d rows", width, height)
	}
	// Empty cells at the end of a row, and rows of them, were left out.
	for len(rows) < height {
		rows = append(rows, nil)
	}
	for i, row := range rows {
		rows[i] = append(row, make([]string, width-len(row))...)
	}
	if rows == nil {
		rows = [][]string{}
	}
	return rows, nil
}

// cellsPerByte bounds how many cells are believed to be in a file. Cells without a
// text take about 40 bytes, which ZIP makes a thousand times smaller.
const cellsPerByte = 100

// dimension is the size of the sheet as the file states it; 0 if it does not.
func dimension(f *excelize.File, sheet string) (columns, rows int, err error) {
	area, err := f.GetSheetDimension(sheet)
	if err != nil {
		return 0, 0, sdk.BadFile("%w", err)
	}
	// A single cell is also what a sheet without any states.
	first, last, ok := strings.Cut(area, ":")
	if !ok {
		return 0, 0, nil
	}
	if first != "A1" {
		return 0, 0, sdk.BadFile("the sheet begins at %q, want A1", first)
	}
	columns, rows, err = excelize.CellNameToCoordinates(last)
	if err != nil {
		return 0, 0, sdk.BadFile("%w", err)
	}
	return columns, rows, nil
}
