import { Check, ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import {
  Select as AriaSelect,
  Button,
  Group,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
} from 'react-aria-components'
import { classes } from './classes.ts'
import { FieldLabel, FieldNotes } from './field-parts.tsx'
import './overlay.css'

export interface Choice<Id extends string = string> {
  readonly id: Id
  readonly label: string
  readonly description?: string
  readonly isDisabled?: boolean
}

export interface SelectProps<Id extends string> {
  readonly label: string
  readonly isLabelHidden?: boolean
  readonly items: readonly Choice<Id>[]
  readonly value: Id | null
  readonly onChange: (id: Id) => void
  readonly description?: ReactNode
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly isDisabled?: boolean
  readonly className?: string
}

export function Select<Id extends string>({
  label,
  isLabelHidden = false,
  items,
  value,
  onChange,
  description,
  error,
  placeholder,
  isDisabled = false,
  className,
}: SelectProps<Id>) {
  return (
    <AriaSelect
      className={classes('field', className)}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
      value={value}
      onChange={(key) => {
        const chosen = items.find(({ id }) => id === key)
        if (chosen !== undefined) onChange(chosen.id)
      }}
      isDisabled={isDisabled}
      isInvalid={error !== undefined}
      {...(placeholder === undefined ? {} : { placeholder })}
    >
      {!isLabelHidden && <FieldLabel>{label}</FieldLabel>}
      <Group className="field-box" data-disabled={isDisabled ? '' : undefined}>
        <Button className="select-button">
          <SelectValue className="select-value">
            {({ selectedText, defaultChildren }) => selectedText ?? defaultChildren}
          </SelectValue>
          <ChevronDown size={16} aria-hidden />
        </Button>
      </Group>
      <FieldNotes description={description} error={error} />
      <Popover className="popover popover-list" offset={4}>
        <ListBox items={items} className="list-box">
          {(item) => (
            <ListBoxItem
              id={item.id}
              textValue={item.label}
              isDisabled={item.isDisabled ?? false}
              className="list-item"
            >
              {({ isSelected }) => (
                <>
                  <span className="list-item-text">
                    <Text slot="label">{item.label}</Text>
                    {item.description !== undefined && (
                      <Text slot="description" className="list-item-description">
                        {item.description}
                      </Text>
                    )}
                  </span>
                  {isSelected && <Check size={16} aria-hidden />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
