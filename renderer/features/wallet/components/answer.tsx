import { type ReactNode, useEffect, useRef } from 'react'

/** What came of a press, below the button that was pressed: a small window moves to it, since nobody looks for it below the fold. */
export function Answer({
  of,
  children,
}: {
  /** Another answer is shown anew. */
  readonly of: unknown
  readonly children: ReactNode
}) {
  const box = useRef<HTMLDivElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: moves there for each answer
  useEffect(() => {
    // Newer Chromiums answer with a promise, which is nothing to give back to React.
    void box.current?.scrollIntoView({ block: 'nearest' })
  }, [of])
  return (
    <div ref={box} className="wallet-answer stack-tight">
      {children}
    </div>
  )
}
