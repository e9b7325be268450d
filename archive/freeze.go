package archive

import "reflect"

// Freeze keeps the archive as it is now: later changes of the objects are not
// written any more. It takes the memory of the text and of the arrays outside of
// it. A frozen archive takes no more objects, and with [Options].ArrayThreshold 0
// all its arrays are in the text, wherever it is saved.
func (a *Archive) Freeze() error {
	s, err := a.source(0)
	if err != nil {
		return err
	}
	if a.frozen == nil {
		for i := range s.arrays {
			s.arrays[i].Value = copied(reflect.ValueOf(s.arrays[i].Value)).Interface()
		}
		a.frozen = s
	}
	return nil
}

// copied returns a slice of numbers, or of rows of them, with memory of its own.
func copied(v reflect.Value) reflect.Value {
	c := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	if v.Type().Elem().Kind() != reflect.Slice {
		reflect.Copy(c, v)
		return c
	}
	for i := range v.Len() {
		c.Index(i).Set(copied(v.Index(i)))
	}
	return c
}
