import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import './secrets.css'

/** What most people need not see. Its content stays in the page, so that what is typed in it is not lost when it is shut. */
export function Disclosure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <details className="disclosure">
      <summary>
        <ChevronRight size={16} aria-hidden />
        {label}
      </summary>
      <div className="disclosure-body">{children}</div>
    </details>
  )
}
