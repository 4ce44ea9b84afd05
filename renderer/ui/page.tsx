import type { ReactNode, Ref } from 'react'
import './page.css'

export interface PageProps {
  readonly title: string
  /** Beside the title: the buttons of the view. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  readonly ref?: Ref<HTMLHeadingElement>
}

/** A view: its heading, which takes the focus when the view is gone to, and what is below it. */
export function Page({ title, actions, children, ref }: PageProps) {
  return (
    <div className="page">
      <header className="page-head">
        <h1 ref={ref} tabIndex={-1} data-page-heading>
          {title}
        </h1>
        {actions !== undefined && <div className="row-wrap">{actions}</div>}
      </header>
      {children}
    </div>
  )
}
