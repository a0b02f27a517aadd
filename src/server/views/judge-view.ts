import { assignmentList } from '../../contract/assignments.ts';
import { auditList } from '../../contract/audit.ts';
import { customerList } from '../../contract/customers.ts';
import { equipmentList } from '../../contract/equipment.ts';
import { keyList } from '../../contract/keys.ts';
import { licenseList } from '../../contract/licenses.ts';
import { decodeFilter, type ListSpec, listParameters } from '../../contract/list.ts';
import { productList } from '../../contract/products.ts';
import type { ViewList } from '../../contract/views.ts';
import { type FieldError, invalid } from '../../domain/errors.ts';
import { mayBeLicenseKey, readsAsLicenseKey } from '../../domain/license-key.ts';

const specs: Record<ViewList, ListSpec> = {
  keys: keyList,
  assignments: assignmentList,
  equipment: equipmentList,
  licenses: licenseList,
  products: productList,
  customers: customerList,
  audit: auditList,
};

/** Pages are no part of a view; which columns are shown is a matter of the screen's alone. */
const paging = ['limit', 'cursor', 'offset', 'count'];
const ofScreens = ['columns'];

type View = { list: ViewList; name: string; query: string };

/** Refuses a view with parameters its list does not have, or with what may be a license key (K16). */
export function requireSoundView({ list, name, query }: View): void {
  const faults = [...new URLSearchParams(query)].flatMap(([parameter, value]) =>
    parameterFaults(list, parameter, value),
  );
  if (readsAsLicenseKey(name)) faults.push(licenseKeyAt('/name'));
  if (faults.length > 0) throw invalid(faults);
}

function parameterFaults(list: ViewList, parameter: string, value: string): FieldError[] {
  const spec = specs[list];
  const isKnown = listParameters(spec).has(parameter) && !paging.includes(parameter);
  const isAttribute = spec.attributes !== undefined && parameter.startsWith('attributes.');
  if (!isKnown && !isAttribute && !ofScreens.includes(parameter)) return [unknownParameter(list, parameter)];
  const isTyped = parameter === 'q' || spec.fields[parameter]?.kind === 'text';
  // Serial and order numbers may look like a license key where the list has any.
  const isKey = list === 'keys' || list === 'assignments' ? mayBeLicenseKey : readsAsLicenseKey;
  return isTyped && decodeFilter(value).some(isKey) ? [licenseKeyAt('/query')] : [];
}

function unknownParameter(list: ViewList, parameter: string): FieldError {
  return {
    pointer: '/query',
    code: 'unknown_parameter',
    detail: `The list ${list} has no parameter ${parameter.slice(0, 40)}. Leave it out.`,
    params: { parameter: parameter.slice(0, 40) },
  };
}

function licenseKeyAt(pointer: string): FieldError {
  const detail = 'This may be a license key, which no view may hold. Keep the view without it.';
  return { pointer, code: 'license_key_in_view', detail };
}
