import type { ReactElement, ReactNode } from 'react'
import { Popover as AriaPopover, Dialog, DialogTrigger } from 'react-aria-components'
import './overlay.css'

export interface PopoverProps {
  /** Says what it is about. */
  readonly label: string
  /** A Button or IconButton of this kit. */
  readonly trigger: ReactElement
  readonly children: ReactNode
}

export function Popover({ label, trigger, children }: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover className="popover" offset={6}>
        <Dialog aria-label={label} className="popover-body">
          {children}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  )
}
