import { readdirSync, readlinkSync } from 'node:fs'

/** Sockets of any kind that a process holds; null where the system does not tell (proc(5)). */
export function openSockets(pid: number | 'self'): number | null {
  if (process.platform !== 'linux') return null
  return readdirSync(`/proc/${pid}/fd`).filter((name) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${name}`).startsWith('socket:')
    } catch {
      return false
    }
  }).length
}
