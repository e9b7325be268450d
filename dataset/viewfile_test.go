package dataset

import "testing"

// No two keys have one Go file, and none has a name that the go command reads
// conditions from.
func TestViewFiles(t *testing.T) {
	want := map[string]string{
		"x": "x.go", "X": "x.go", "x_0": "x_0.go", "x_": "x__.go", "x__": "x___.go", "a_b": "a_b_.go", "a_b_": "a_b__.go",
		"x_test": "x_test_.go", "x_linux": "x_linux_.go", "x_windows_amd64": "x_windows_amd64_.go", "linux": "linux.go",
	}
	for key, file := range want {
		if got := viewFile(key); got != file {
			t.Errorf("key %s: %s, want %s", key, got, file)
		}
	}
}
