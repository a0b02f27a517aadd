import { PasswordInput, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createUser, updateUser } from '../../contract/people.ts';
import { languageOf } from '../../domain/languages.ts';
import { type Role, roles } from '../../domain/permissions.ts';
import { readAnew } from '../api/client.ts';
import { useMe } from '../api/me.ts';
import { LanguageChoice } from '../ui/language-choice.tsx';
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
  const { t, label } = useWords();
  const me = useMe();
  const [role, setRole] = useState<Role>(user?.role ?? 'technician');
  const [locale, setLocale] = useState(languageOf(user?.locale ?? me?.locale));
  const [customerIds, setCustomerIds] = useState(user?.customerIds ?? []);
  const isMe = user !== undefined && user.id === me?.id;
  const verb = useVerb(async (send, field: Texts) => {
    const limited = customerIds.length > 0 ? customerIds : null;
    const name = field('name');
    if (user) {
      const body = { name, locale, ...(!isMe && { role, customerIds: limited }) };
      await send(updateUser, { params: { id: user.id }, body, ifMatch: user.version });
    } else {
      const password = field('password');
      const body = { name, email: field('email'), role, customerIds: limited, locale };
      await send(createUser, { body: { ...body, ...(password && { password }) } });
    }
    toast({ title: t(user ? 'stored.saved' : 'settings.users.added', { name }) });
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
        />
      )}
      <RoleChoice role={role} onChange={setRole} readOnly={isMe} error={fault('role')} />
      <CustomersChoice
        description={t(isMe ? 'settings.users.notOwn' : 'settings.users.customersHelp')}
        value={customerIds}
        onChange={setCustomerIds}
        readOnly={isMe}
        error={fault('customerIds')}
      />
      <LanguageChoice label={label('user', 'locale')} value={locale} onChange={setLocale} />
      {user && <UserVerbs user={user} isMe={isMe} close={close} />}
    </VerbDialog>
  );
}

type RoleProps = { role: Role; onChange: (role: Role) => void; readOnly: boolean; error: string | undefined };

/** What the user may do, with what that role is for. Nobody changes their own. */
function RoleChoice({ role, onChange, readOnly, error }: RoleProps) {
  const { t, label, value } = useWords();
  return (
    <Select
      label={label('user', 'role')}
      description={t(readOnly ? 'settings.users.notOwn' : `settings.users.roleHelp.${role}`)}
      data={roles.map((known) => ({ value: known, label: value('role', known) }))}
      value={role}
      // The options are the roles.
      onChange={(chosen) => chosen && onChange(chosen as Role)}
      allowDeselect={false}
      readOnly={readOnly}
      required
      error={error}
    />
  );
}
