/** Whether somebody is looking at this window: it has the focus and is not hidden. */
import { useSyncExternalStore } from 'react'

/** By what the events said last; before the first, by the document. */
let hasFocus: boolean | undefined

function subscribe(changed: () => void): () => void {
  const focused = () => {
    hasFocus = true
    changed()
  }
  const blurred = () => {
    hasFocus = false
    changed()
  }
  window.addEventListener('focus', focused)
  window.addEventListener('blur', blurred)
  document.addEventListener('visibilitychange', changed)
  return () => {
    // Without listeners nothing keeps it true.
    hasFocus = undefined
    window.removeEventListener('focus', focused)
    window.removeEventListener('blur', blurred)
    document.removeEventListener('visibilitychange', changed)
  }
}

export function useWindowFocus(): boolean {
  return useSyncExternalStore(subscribe, () => (hasFocus ?? document.hasFocus()) && !document.hidden)
}
