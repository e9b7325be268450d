package process

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// A group is a job object: a process and all those it starts. The system ends
// them when the last handle of the job is closed, by this program or by its end.
type group struct{ job windows.Handle }

// prepare keeps the process from getting the interrupts of this one's console.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &windows.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
}

// newGroup puts a process that was started into a job. What it starts before
// that is not part of it.
func newGroup(p *os.Process) (*group, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, fmt.Errorf("create job object: %w", err)
	}
	if err := assign(job, p.Pid); err != nil {
		return nil, errors.Join(err, windows.CloseHandle(job))
	}
	return &group{job}, nil
}

func assign(job windows.Handle, pid int) error {
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{
			LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
		},
	}
	size := uint32(unsafe.Sizeof(limits))
	if _, err := windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation, uintptr(unsafe.Pointer(&limits)), size); err != nil {
		return fmt.Errorf("limit job object: %w", err)
	}
	p, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return fmt.Errorf("open process: %w", err)
	}
	if err := windows.AssignProcessToJobObject(job, p); err != nil {
		return errors.Join(fmt.Errorf("assign process to job object: %w", err), windows.CloseHandle(p))
	}
	return windows.CloseHandle(p)
}

// kill ends all processes of the job.
func (g *group) kill() error { return windows.TerminateJobObject(g.job, 1) }

func (g *group) close() error { return windows.CloseHandle(g.job) }
