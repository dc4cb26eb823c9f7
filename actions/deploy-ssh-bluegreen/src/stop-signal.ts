/** signal(7): those of Linux, which the Engine knows as well. */
const names = new Set(
  'ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'.split(
    ' ',
  ),
);
const highestNumber = 64;

/** Whether the Engine takes it as the signal that stops a container: `SIGTERM`, `SIGRTMIN+3` or `15`. */
export function isSignal(text: string): boolean {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= highestNumber;
  if (/^SIGRTMIN(?:\+(?:[1-9]|1[0-5]))?$/.test(text) || /^SIGRTMAX(?:-(?:[1-9]|1[0-4]))?$/.test(text))
    return true;
  return text.startsWith('SIG') && names.has(text.slice('SIG'.length));
}
