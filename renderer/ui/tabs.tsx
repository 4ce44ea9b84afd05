import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components'
import './tabs.css'

export interface TabItem<Id extends string> {
  readonly id: Id
  readonly label: ReactNode
  readonly icon?: LucideIcon
  readonly content: ReactNode
}

export interface TabsProps<Id extends string> {
  readonly label: string
  readonly items: readonly TabItem<Id>[]
  readonly selected: Id
  readonly onSelect: (id: Id) => void
  readonly orientation?: 'horizontal' | 'vertical'
}

export function Tabs<Id extends string>({
  label,
  items,
  selected,
  onSelect,
  orientation = 'horizontal',
}: TabsProps<Id>) {
  return (
    <AriaTabs
      className="tabs"
      orientation={orientation}
      selectedKey={selected}
      onSelectionChange={(key) => onSelect(key as Id)}
    >
      <TabList aria-label={label} className="tab-list">
        {items.map(({ id, label: text, icon: Icon }) => (
          <Tab key={id} id={id} className="tab">
            {Icon !== undefined && <Icon size={16} aria-hidden />}
            {text}
          </Tab>
        ))}
      </TabList>
      {items.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tab-panel">
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
