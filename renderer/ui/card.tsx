import { type ReactNode, useId } from 'react'
import './chip.css'
import { classes } from './classes.ts'

export interface CardProps {
  readonly title?: string
  /** At the right of the title: buttons, a state. */
  readonly aside?: ReactNode
  readonly children: ReactNode
  readonly className?: string
}

/** A part of a view with a frame and a heading. */
export function Card({ title, aside, children, className }: CardProps) {
  const id = useId()
  return (
    <section className={classes('card', className)} aria-labelledby={title === undefined ? undefined : id}>
      {(title !== undefined || aside !== undefined) && (
        <div className="card-head">
          <h2 id={id}>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  )
}
