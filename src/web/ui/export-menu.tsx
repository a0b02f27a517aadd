import { Button, type ButtonProps, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { basePath } from '../../contract/endpoint.ts';
import { useWords } from '../words/use-words.ts';

type Props = {
  /** The list, as the address of its endpoint. */
  list: string;
  /** What is exported of it, as the API's parameters. */
  query: Record<string, string>;
  /** How its button looks, where otherwise than usual. */
  button?: ButtonProps;
};

/** A list as a file in one of the formats, with heads in the reader's language. */
export function ExportMenu({ list, query, button }: Props) {
  const { t, language } = useWords();
  const href = (format: string): string =>
    `${basePath}/${list}/export?${new URLSearchParams({ ...query, format, lang: language })}`;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconDownload size={16} stroke={1.75} />} {...button}>
          {t('grid.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {['xlsx', 'csv'].map((format) => (
          <Menu.Item key={format} component="a" href={href(format)} download>
            {t(`format.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
