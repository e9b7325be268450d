package main

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
	"github.com/lazyscribe-go/lazyscribe/plugins/plugintest"
)

func TestMain(m *testing.M) { plugintest.Main(m, serve) }

func TestConformance(t *testing.T) {
	table := [][]string{{"name", "note"}, {"é", " two\nlines "}, {"=1+1", ""}, {"", ""}}
	plugintest.Run(t,
		plugintest.Sample{Name: "table", Value: table},
		plugintest.Sample{Name: "another sheet", Value: table, Settings: map[string]any{"sheet": "Data"}},
	)
}

func TestRoundTrip(t *testing.T) {
	for name, rows := range map[string][][]string{
		"nothing":        {},
		"one empty cell": {{""}},
		"like an escape": {{"_x000D_", "_x005F_x000D_", "<a>&amp;"}},
		"longest":        {{strings.Repeat("x", longestCell)}},
	} {
		var file bytes.Buffer
		if err := handler.Encode(t.Context(), &file, rows); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var back [][]string
		if err := handler.Decode(t.Context(), &file, &back); err != nil || !reflect.DeepEqual(back, rows) {
			t.Errorf("%s: got %.100q, %v", name, back, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for name, rows := range map[string][][]string{
		"ragged":          {{"a", "b"}, {"c"}},
		"no cells":        {{}},
		"carriage return": {{"a\rb"}},
		"control":         {{"\x00"}},
		"not UTF-8":       {{"\xff"}},
		"too long":        {{strings.Repeat("x", longestCell+1)}},
	} {
		if err := handler.Encode(t.Context(), new(bytes.Buffer), rows); !errors.Is(err, artifacts.ErrUnsupportedValue) {
			t.Errorf("%s: %v, want ErrUnsupportedValue", name, err)
		}
	}
}

// TestForeign reads a workbook with cells of other types, as people make them.
func TestForeign(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, value := range map[string]any{"A1": "n", "B1": 1.5, "A2": true, "C3": "end"} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var file bytes.Buffer
	if _, err := f.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	if err := handler.Decode(t.Context(), &file, &rows); err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"n", "1.5", ""}, {"1", "", ""}, {"", "", "end"}}
	for i := range want {
		if len(rows) != len(want) || strings.Join(rows[i], "|") != strings.Join(want[i], "|") {
			t.Fatalf("got %q, want %q", rows, want)
		}
	}
}

// TestClaims is a small file that claims to be a large sheet.
func TestClaims(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetDimension("Sheet1", "A1:XFD1048576"); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := f.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	if err := handler.Decode(t.Context(), &file, &rows); !errors.Is(err, artifacts.ErrCorrupt) {
		t.Errorf("got %d rows, %v, want ErrCorrupt", len(rows), err)
	}
}
