/** Whether the form that is open may be taken away. There is one at a time, in its window or dialog. */

let ask: (() => void) | undefined

/** The form wants to be asked: `ask` shows its question, and `onDone` follows if the person leaves. Returns what ends it. */
export function holdSecretForm(show: () => void): () => void {
  ask = show
  return () => {
    if (ask === show) ask = undefined
  }
}

/** True: it may be closed now. False: it asks its person first, and says `onDone` by itself. */
export function mayLeaveSecretForm(): boolean {
  ask?.()
  return ask === undefined
}
