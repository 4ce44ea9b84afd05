/** Seconds until a time, counted down as they pass. */
import { useEffect, useState } from 'react'
import { secondsLeft } from './retry.ts'

export function useCountdown(untilMs: number | null): number {
  const [left, setLeft] = useState(() => secondsLeft(untilMs, Date.now()))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const tick = () => {
      const seconds = secondsLeft(untilMs, Date.now())
      setLeft(seconds)
      // To the next full second, so that the figure and the time do not drift apart.
      if (untilMs !== null && seconds > 0)
        timer = setTimeout(tick, Math.max(1, untilMs - Date.now() - (seconds - 1) * 1_000))
    }
    tick()
    return () => clearTimeout(timer)
  }, [untilMs])
  return left
}
