import { Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';

export function Component() {
  const { t } = useTranslation();
  return (
    <Stack p={24} gap={8}>
      <Title order={1} fz={20}>
        {t('notFound.title')}
      </Title>
      <Text>{t('notFound.body')}</Text>
      <Link to="/">{t('nav.home')}</Link>
    </Stack>
  );
}
