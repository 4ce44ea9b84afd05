/** Starts an abusive peer and has it do its worst. */
import { fork } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import type { AbuserOptions, AbuserReport, AbuserTask } from './abuser-program.ts'

export { attacks } from './attacks.ts'

export interface Abuser {
  /** All at once. */
  attack(names: readonly string[], ms: number): Promise<AbuserReport>
  stop(): void
}

/** After its time an attack has this long to clean up, in ms. */
const cleanUpMs = 60_000

/** @param isBehind it has the processor when nobody else wants it: what an abuser's own machine would do is not done for it by ours */
export function startAbuser(options: AbuserOptions, { isBehind = false } = {}): Abuser {
  const child = fork(new URL('./abuser-program.ts', import.meta.url), [JSON.stringify(options)], {
    serialization: 'advanced',
  })
  if (isBehind && child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
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
