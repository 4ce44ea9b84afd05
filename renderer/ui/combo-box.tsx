import { ChevronDown } from 'lucide-react'
import { type ReactNode, type Ref, useState } from 'react'
import {
  ComboBox as AriaComboBox,
  Button,
  Group,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
} from 'react-aria-components'
import { useT } from '../i18n/index.ts'
import { classes } from './classes.ts'
import { FieldLabel, FieldNotes } from './field-parts.tsx'
import './overlay.css'
import type { Choice } from './select.tsx'

export interface ComboBoxProps {
  readonly label: string
  /** What fits what is typed, best first: the holder filters. */
  readonly items: readonly Choice[]
  readonly inputValue: string
  readonly onInputChange: (text: string) => void
  /** An entry of the list was chosen. The holder puts into `inputValue` what is to stand there. */
  readonly onSelect: (id: string) => void
  readonly description?: ReactNode
  /** Not shown while suggestions are: whoever is still choosing has not made a mistake. */
  readonly error?: string | undefined
  readonly placeholder?: string
  readonly mono?: boolean
  readonly suffix?: ReactNode
  readonly isDisabled?: boolean
  readonly autoFocus?: boolean
  readonly className?: string
  readonly inputRef?: Ref<HTMLInputElement>
}

/** Text with suggestions: what is typed counts, whether or not the list has it. */
export function ComboBox({
  label,
  items,
  inputValue,
  onInputChange,
  onSelect,
  description,
  error,
  placeholder,
  mono = false,
  suffix,
  isDisabled = false,
  autoFocus = false,
  className,
  inputRef,
}: ComboBoxProps) {
  const t = useT()
  const [isChoosing, setChoosing] = useState(false)
  const message = isChoosing || error === '' ? undefined : error
  return (
    <AriaComboBox
      className={classes('field', className)}
      items={items}
      inputValue={inputValue}
      onInputChange={onInputChange}
      value={null}
      onChange={(key) => {
        if (key !== null) onSelect(String(key))
      }}
      onOpenChange={setChoosing}
      allowsCustomValue
      menuTrigger="input"
      isDisabled={isDisabled}
      isInvalid={message !== undefined}
      autoFocus={autoFocus}
    >
      <FieldLabel>{label}</FieldLabel>
      <Group
        className="field-box"
        data-invalid={message === undefined ? undefined : ''}
        data-disabled={isDisabled ? '' : undefined}
      >
        <Input
          ref={inputRef}
          className="field-input"
          data-mono={mono ? '' : undefined}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
        />
        <span className="field-suffix">
          {suffix}
          <Button className="icon-button" aria-label={t('ui.comboBox.open')}>
            <ChevronDown size={16} aria-hidden />
          </Button>
        </span>
      </Group>
      <FieldNotes description={description} error={message} />
      <Popover className="popover popover-list" offset={4}>
        <ListBox className="list-box">
          {(item: Choice) => (
            <ListBoxItem id={item.id} textValue={item.label} className="list-item">
              <span className="list-item-text">
                <Text slot="label">{item.label}</Text>
                {item.description !== undefined && (
                  <Text slot="description" className="list-item-description">
                    {item.description}
                  </Text>
                )}
              </span>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaComboBox>
  )
}
