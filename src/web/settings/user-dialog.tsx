import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createUser, updateUser } from '../../contract/people.ts';
import { languageName, languageOf, languages } from '../../domain/languages.ts';
import { type Role, roles } from '../../domain/permissions.ts';
import { readAnew } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { toast } from '../ui/toast.tsx';
import type { Texts } from '../verb/form-texts.ts';
import { useVerb } from '../verb/use-verb.ts';
import { VerbDialog } from '../verb/verb-dialog.tsx';
import { useWords } from '../words/use-words.ts';
import { CustomersChoice } from './customers-choice.tsx';
import { UserVerbs } from './user-verbs.tsx';
import type { User } from './users.tsx';

type Props = { user: User | undefined; close: () => void };

/** Adds a user, or changes one. */
export function UserDialog({ user, close }: Props) {
  const { t, label, value } = useWords();
  const me = useMe();
  const [role, setRole] = useState<Role>(user?.role ?? 'technician');
  const [locale, setLocale] = useState(user?.locale ?? me?.locale ?? 'en');
  const [customerIds, setCustomerIds] = useState(user?.customerIds ?? []);
  const isMe = user !== undefined && user.id === me?.id;
  const verb = useVerb(async (send, field: Texts) => {
    const limited = customerIds.length > 0 ? customerIds : null;
    const language = languageOf(locale);
    const own = isMe ? {} : { role, customerIds: limited };
    const password = field('password');
    if (user) {
      const body = { name: field('name'), locale: language, ...own } as const;
      await send(updateUser, { params: { id: user.id }, body, ifMatch: user.version });
    } else {
      const body = {
        name: field('name'),
        email: field('email'),
        role,
        customerIds: limited,
        locale: language,
      } as const;
      await send(createUser, { body: { ...body, ...(password && { password }) } });
    }
    toast({ title: t(user ? 'stored.saved' : 'settings.users.added', { name: field('name') }) });
    readAnew();
    close();
  });
  const fault = verb.faultOf;
  return (
    <VerbDialog
      title={user?.name ?? t('settings.users.new')}
      word={t(user ? 'form.save' : 'settings.users.add')}
      verb={verb}
      onRun={verb.run}
      onClose={close}
    >
      <TextInput
        name="name"
        label={label('user', 'name')}
        defaultValue={user?.name}
        required
        data-autofocus
        autoComplete="off"
        error={fault('name')}
      />
      <TextInput
        name="email"
        type="email"
        label={label('user', 'email')}
        description={user ? t('settings.users.emailStays') : t('settings.users.emailHelp')}
        defaultValue={user?.email}
        readOnly={user !== undefined}
        required
        autoComplete="off"
        error={fault('email')}
      />
      {!user && (
        <PasswordInput
          name="password"
          label={t('settings.users.password')}
          description={t('settings.users.passwordHelp')}
          autoComplete="new-password"
          error={fault('password')}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
      )}
      <Select
        label={label('user', 'role')}
        description={t(isMe ? 'settings.users.notOwn' : `settings.users.roleHelp.${role}`)}
        data={roles.map((known) => ({ value: known, label: value('role', known) }))}
        value={role}
        // The options are the roles.
        onChange={(chosen) => chosen && setRole(chosen as Role)}
        allowDeselect={false}
        readOnly={isMe}
        required
        error={fault('role')}
      />
      <CustomersChoice
        description={t(isMe ? 'settings.users.notOwn' : 'settings.users.customersHelp')}
        value={customerIds}
        onChange={setCustomerIds}
        readOnly={isMe}
        error={fault('customerIds')}
      />
      <Select
        label={label('user', 'locale')}
        data={languages.map((known) => ({ value: known, label: languageName(known) }))}
        value={locale}
        onChange={(chosen) => chosen && setLocale(chosen)}
        allowDeselect={false}
      />
      {user && <UserVerbs user={user} isMe={isMe} close={close} />}
    </VerbDialog>
  );
}
