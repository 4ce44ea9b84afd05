import { EllipsisVertical, type LucideIcon } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { Menu as AriaMenu, MenuItem, MenuTrigger, Popover, Separator, Text } from 'react-aria-components'
import { IconButton } from './icon-button.tsx'
import './overlay.css'

export interface MenuAction {
  readonly id: string
  readonly label: string
  readonly description?: string
  readonly icon?: LucideIcon
  readonly isDisabled?: boolean
  readonly isDangerous?: boolean
  /** A line above it. */
  readonly startsGroup?: boolean
  readonly onAction: () => void
}

export interface MenuProps {
  /** Of the menu, and of its button where none is given. */
  readonly label: string
  readonly items: readonly MenuAction[]
  /** A Button or IconButton of this kit; left out, three dots. */
  readonly trigger?: ReactElement
}

export function Menu({ label, items, trigger }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger ?? <IconButton label={label} icon={EllipsisVertical} />}
      <Popover className="popover popover-list" placement="bottom end" offset={4}>
        <AriaMenu aria-label={label} className="list-box">
          {items.flatMap(entries)}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}

function entries({ id, label, description, icon: Icon, isDisabled, isDangerous, startsGroup, onAction }: MenuAction) {
  const item = (
    <MenuItem
      key={id}
      id={id}
      textValue={label}
      isDisabled={isDisabled ?? false}
      onAction={onAction}
      className="list-item"
      data-tone={isDangerous ? 'danger' : undefined}
    >
      {Icon !== undefined && <Icon size={16} aria-hidden />}
      <span className="list-item-text">
        <Text slot="label">{label}</Text>
        {description !== undefined && (
          <Text slot="description" className="list-item-description">
            {description}
          </Text>
        )}
      </span>
    </MenuItem>
  )
  const line: ReactNode = <Separator key={`${id}-line`} className="list-separator" />
  return startsGroup ? [line, item] : [item]
}
