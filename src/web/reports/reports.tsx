import { IconChevronRight } from '@tabler/icons-react';
import { Link, useNavigate } from 'react-router';
import { listKeys } from '../../contract/keys.ts';
import { addressOf } from '../grid/rows-of.ts';
import { useTotal } from '../grid/use-total.ts';
import type { Key } from '../keys/key-kind.tsx';
import { PageHead } from '../ui/page-head.tsx';
import { RecordSelect } from '../ui/record-select.tsx';
import ways from '../ui/ways.module.css';
import { useWords } from '../words/use-words.ts';
import classes from './reports.module.css';
import { type Report, reports } from './reports.ts';

/** Reports: each is a list that is filtered and grouped for it, to read, print or take along as a file. */
export function Component() {
  const { t } = useWords();
  return (
    <>
      <PageHead title={t('nav.reports')} />
      <p className={classes.intro}>{t('reports.intro')}</p>
      <div className={classes.sections}>
        {reports.map(({ title, reports: own }) => (
          <section key={title} className={classes.section} aria-labelledby={`reports-${title}`}>
            <h2 id={`reports-${title}`}>{t(`reports.section.${title}`)}</h2>
            <ul className={`${ways.ways} ${ways.framed}`}>
              {own.map((report) => (
                <ReportRow key={report.name} report={report} />
              ))}
              {title === 'trail' && <Timeline />}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}

function ReportRow({ report }: { report: Report }) {
  const { t, number } = useWords();
  const total = useTotal(report);
  return (
    <li>
      <Link to={addressOf(report)} className={classes.row ?? ''} data-report={report.name}>
        <span>
          <b>{t(`reports.${report.name}.title`)}</b>
          <small>{t(`reports.${report.name}.says`)}</small>
        </span>
        <span className={classes.count} data-count={report.name}>
          {total === undefined ? '…' : number(total)}
        </span>
        <IconChevronRight size={16} stroke={1.75} />
      </Link>
    </li>
  );
}

/** The one report that asks first: whose timeline. */
function Timeline() {
  const { t, number } = useWords();
  const navigate = useNavigate();
  const total = useTotal({ list: listKeys, query: {} });
  return (
    <li>
      <div className={classes.row} data-report="timeline">
        <span>
          <b>{t('reports.timeline.title')}</b>
          <small>{t('reports.timeline.says')}</small>
          <span className={`${classes.choice} screenOnly`}>
            <RecordSelect
              label={t('reports.timeline.choose')}
              isLabelHidden
              list={listKeys}
              nameOf={({ product, maskedKey }: Key) => [product.name, maskedKey].filter(Boolean).join(' - ')}
              onChosen={(keyId) => void navigate(`/audit?keyId=${keyId}&sort=idx`)}
            />
          </span>
        </span>
        <span className={classes.count} data-count="timeline">
          {total === undefined ? '…' : number(total)}
        </span>
        <span />
      </div>
    </li>
  );
}
