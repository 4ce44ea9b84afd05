import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react'
import { classes } from './classes.ts'
import './virtual-list.css'

export interface VirtualListHandle {
  scrollTo(index: number): void
}

export interface VirtualListProps<T> {
  readonly label: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** Pixels; every row has it, so that nothing is measured while scrolling. */
  readonly rowHeight: number
  readonly renderRow: (item: T, index: number) => ReactNode
  /** The end has come near: time for the next page. */
  readonly onNearEnd?: () => void
  /** How many there are in all, where the list has only some of them. */
  readonly total?: number
  readonly className?: string
  readonly ref?: Ref<VirtualListHandle>
}

/** Rows kept beyond what is seen, each way. */
const overscan = 8
/** Rows before the end at which more is asked for. */
const nearEndRows = 20

/** A list of any length, of which only what is seen is in the page. */
export function VirtualList<T>({
  label,
  items,
  keyOf,
  rowHeight,
  renderRow,
  onNearEnd,
  total,
  className,
  ref,
}: VirtualListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtualizer = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index] as T),
    overscan,
  })
  const rows = virtualizer.getVirtualItems()
  const isNearEnd = (rows.at(-1)?.index ?? 0) >= items.length - nearEndRows
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again after each page, while the end is still near
  useEffect(() => {
    if (isNearEnd && items.length > 0) onNearEnd?.()
  }, [isNearEnd, items.length])
  useImperativeHandle(ref, () => ({ scrollTo: (index) => virtualizer.scrollToIndex(index, { align: 'auto' }) }))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard (WCAG 2.1.1)
    <div ref={scroller} className={classes('virtual-list', className)} tabIndex={0}>
      <ul aria-label={label} style={{ height: virtualizer.getTotalSize() }}>
        {rows.map(({ key, index, start }) => (
          <li
            key={key}
            aria-setsize={total ?? items.length}
            aria-posinset={index + 1}
            className="virtual-row"
            style={{ height: rowHeight, transform: `translateY(${start}px)` }}
          >
            {renderRow(items[index] as T, index)}
          </li>
        ))}
      </ul>
    </div>
  )
}
