/** ENOSPC, EACCES …; 'unknown' where the failure is not the operating system's. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown'
}
