/** Rates what is in an input a moment after the last key stroke. Only the rating is kept. */
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { limits } from './limits.ts'
import { loadRating } from './rate-password.ts'
import type { Strength } from './strength.ts'

export function useStrength(input: RefObject<HTMLInputElement | null>): {
  readonly strength: Strength | undefined
  readonly rateSoon: () => void
} {
  const [strength, setStrength] = useState<Strength>()
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const rateSoon = useCallback(() => {
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      loadRating().then(
        (rate) => {
          const typed = input.current?.value ?? ''
          setStrength(typed === '' ? undefined : rate(typed))
        },
        // Without its word lists there is no rating; a password can be set all the same.
        () => setStrength(undefined),
      )
    }, limits.ratingDelayMs)
  }, [input])
  return { strength, rateSoon }
}
