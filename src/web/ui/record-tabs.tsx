import { Tabs } from '@mantine/core';
import type { ComponentType, ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import classes from './record-tabs.module.css';

export type Tab = {
  value: string;
  label: string;
  Icon?: ComponentType<{ size: number; stroke: number }>;
  count?: string | undefined;
  content: () => ReactNode;
};

/** What belongs to the open record, a tab each; which one is open stands in the address. */
export function RecordTabs({ tabs }: { tabs: readonly Tab[] }) {
  const [params, setParams] = useSearchParams();
  const asked = params.get('tab');
  const open = tabs.find(({ value }) => value === asked) ?? tabs[0];
  const choose = (value: string | null): void => setParams(value ? { tab: value } : {}, { replace: true });
  return (
    <Tabs value={open?.value ?? null} onChange={choose} keepMounted={false} className={classes.tabs ?? ''}>
      <Tabs.List className={classes.list ?? ''}>
        {tabs.map(({ value, label, Icon, count }) => (
          <Tabs.Tab
            key={value}
            value={value}
            className={classes.tab ?? ''}
            {...(Icon && { leftSection: <Icon size={16} stroke={1.75} /> })}
          >
            {label}
            {count !== undefined && <span className={classes.count}> {count}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ value, content }) => (
        <Tabs.Panel key={value} value={value}>
          {value === open?.value && content()}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
