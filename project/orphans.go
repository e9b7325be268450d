package project

import (
	"regexp"
	"slices"
	"strings"

	"github.com/lazyscribe-go/lazyscribe/internal/rescue"
	"github.com/lazyscribe-go/lazyscribe/internal/segment"
)

// stampedFolder matches the folders of experiments: a slug, the time, and
// perhaps what keeps two of one second apart.
var stampedFolder = regexp.MustCompile(`^(.+-)?[0-9]{14}(-[0-9a-f]{8})?$`)

// ownFile matches the names lazyscribe gives to files, in Go and in Python: the
// time before the suffix, or the mark of a name that was taken.
var ownFile = regexp.MustCompile(`^(.*-)?([0-9]{14}(-[0-9a-f]{8})?|[0-9a-f]{8})(\.[^/]*)?$`)

// folderOf returns the folder of a key with a slash behind it, "" at the top.
func folderOf(key string) string { return key[:strings.LastIndexByte(key, '/')+1] }

// orphans lists the files in folders of experiments, and in folders that are
// named like them, that no record names, in order of their keys. Segments and
// values that were kept are none, even if a slug names their folder.
func (inv *inventory) orphans() []Finding {
	var list []Finding
	for key, info := range inv.files {
		folder, _, nested := strings.Cut(strings.TrimPrefix(key, inv.prefix), "/")
		if !nested || inv.claimed[key] || rescue.IsKey(key) || segment.IsKey(key) {
			continue
		}
		if _, known := inv.folders[folder]; !known && !stampedFolder.MatchString(folder) {
			continue
		}
		list = append(list, Finding{Kind: Orphan, Key: key, Slug: folder, Size: info.Size, ModTime: info.ModTime})
	}
	slices.SortFunc(list, func(a, b Finding) int { return strings.Compare(a.Key, b.Key) })
	return list
}

// removable reports whether an orphan may be removed: lazyscribe gave it its
// name, or it is in the folder of an experiment and all such files are asked for.
// Folders of records that are not fully understood are left alone.
func (inv *inventory) removable(f Finding, all bool) bool {
	understood, known := inv.folders[f.Slug]
	if known && !understood {
		return false
	}
	return ownFile.MatchString(f.Key[strings.LastIndexByte(f.Key, '/')+1:]) || known && all
}
