/** Starts an abusive peer and has it do its worst. */
import { fork } from 'node:child_process'
import type { AbuserOptions, AbuserReport, AbuserTask } from './abuser-program.ts'

export { attacks } from './attacks.ts'

export interface Abuser {
  /** All at once. */
  attack(names: readonly string[], ms: number): Promise<AbuserReport>
  stop(): void
}

/** After its time an attack has this long to clean up, in ms. */
const cleanUpMs = 60_000

export function startAbuser(options: AbuserOptions): Abuser {
  const child = fork(new URL('./abuser-program.ts', import.meta.url), [JSON.stringify(options)], {
    serialization: 'advanced',
  })
  return {
    attack: (names, ms) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`the attacks ${names.join(', ')} do not end`)), ms + cleanUpMs)
        const onExit = (code: number | null): void => reject(new Error(`the abuser has ended with ${code}`))
        child.once('exit', onExit)
        child.once('message', (report: AbuserReport) => {
          clearTimeout(timer)
          child.off('exit', onExit)
          resolve(report)
        })
        child.send({ type: 'attack', names, ms } satisfies AbuserTask)
      }),
    stop: () => void child.kill('SIGKILL'),
  }
}
