package repository

import (
	"encoding/json"
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	data, _ := os.ReadFile("/work/shared/fixtures/diff_cases.json")
	var cases [][3]string
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	bad := 0
	for _, c := range cases {
		if got := unifiedDiff(c[0], c[1]); got != c[2] {
			bad++
			if bad < 4 {
				t.Errorf("%q", c)
				t.Errorf("%q", got)
			}
		}
	}
	t.Log(len(cases), bad)
}
