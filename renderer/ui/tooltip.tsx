import type { ReactElement } from 'react'
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components'
import './overlay.css'

const delayMs = 600
const closeDelayMs = 100

/** Around one button or other focusable component of this kit. Says again, in words, what can be seen: never the only place. */
export function Tooltip({ text, children }: { readonly text: string; readonly children: ReactElement }) {
  return (
    <TooltipTrigger delay={delayMs} closeDelay={closeDelayMs}>
      {children}
      <AriaTooltip className="tooltip" offset={6}>
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  )
}
