package plugins

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/lazyscribe-go/lazyscribe/artifacts"
)

// trustVersion is the version of the trust file's form. A file of a later one
// may mean something else by the same keys and is left alone.
const trustVersion = 1

// A trustList is the content of a trust file. What this version does not know is
// kept as it is.
type trustList struct {
	keys    map[string]json.RawMessage // of the file, without "plugins"
	entries []trustEntry
}

type trustEntry struct {
	Trusted
	text json.RawMessage // as it was read, with all its keys
}

// parseTrust reads a trust file. Every entry must be sound: one that was damaged
// may have been one that forbade something.
func parseTrust(text []byte) (*trustList, error) {
	list := &trustList{keys: map[string]json.RawMessage{}}
	if len(text) == 0 {
		return list, nil
	}
	if err := json.Unmarshal(text, &list.keys); err != nil {
		return nil, corrupt(err)
	}
	version := 0
	if err := json.Unmarshal(list.keys["version"], &version); err != nil {
		return nil, corrupt(fmt.Errorf("version: %w", err))
	}
	if version != trustVersion {
		return nil, fmt.Errorf("its version is %d, this program knows %d: update lazyscribe", version, trustVersion)
	}
	var texts []json.RawMessage
	if err := json.Unmarshal(list.keys["plugins"], &texts); err != nil {
		return nil, corrupt(fmt.Errorf("plugins: %w", err))
	}
	for i, text := range texts {
		e := trustEntry{text: text}
		err := json.Unmarshal(text, &e.Trusted)
		if err == nil {
			err = e.check()
		}
		if err == nil {
			err = list.add(e)
		}
		if err != nil {
			return nil, corrupt(fmt.Errorf("plugins[%d]: %w", i, err))
		}
	}
	return list, nil
}

func corrupt(err error) error {
	return fmt.Errorf("%w: %w; mend the file, or remove it and trust your plugins again", artifacts.ErrCorrupt, err)
}

// add adds an entry. Names and aliases are those of one plugin each.
func (l *trustList) add(e trustEntry) error {
	owners := map[string]string{}
	for _, other := range l.entries {
		if other.Name == e.Name {
			return fmt.Errorf("plugin %q: %w", e.Name, artifacts.ErrExists)
		}
		for _, alias := range other.Aliases() {
			owners[alias] = fmt.Sprintf("plugin %q", other.Name)
		}
	}
	if err := e.clash(func(alias string) string { return owners[alias] }); err != nil {
		return err
	}
	l.entries = append(l.entries, e)
	return nil
}

func (l *trustList) put(t Trusted) error {
	text, err := json.Marshal(t)
	if err != nil {
		return err
	}
	// The whole entry is replaced: what a later version wrote there was about
	// the binary that was agreed to then.
	l.remove(t.Name)
	return l.add(trustEntry{t, text})
}

func (l *trustList) remove(name string) bool {
	before := len(l.entries)
	l.entries = slices.DeleteFunc(l.entries, func(e trustEntry) bool { return e.Name == name })
	return len(l.entries) < before
}

// trusted returns the entries by name.
func (l *trustList) trusted() []Trusted {
	var list []Trusted
	for _, e := range l.entries {
		list = append(list, e.Trusted)
	}
	slices.SortFunc(list, func(a, b Trusted) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// text is the file, in a form people can read.
func (l *trustList) text() ([]byte, error) {
	texts := []json.RawMessage{}
	for _, e := range l.entries {
		texts = append(texts, e.text)
	}
	plugins, err := json.Marshal(texts)
	if err != nil {
		return nil, err
	}
	l.keys["version"] = json.RawMessage(fmt.Sprint(trustVersion))
	l.keys["plugins"] = plugins
	text, err := json.MarshalIndent(l.keys, "", "  ")
	return append(text, '\n'), err
}
