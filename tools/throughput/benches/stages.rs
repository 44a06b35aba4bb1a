//! How long each stage of the engine takes, and the whole, beside scraper's bare parse: on a page of the project's own,
//! or, where the variable `PAGES` names a folder, on its pages (`*.html`, `*.html.gz`).

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dechaff::engine::features::measure;
use dechaff::engine::parse::html;
use dechaff::engine::parse::prescan::{Lean, prescan};
use dechaff::engine::scores::built_in;
use dechaff::engine::{cut, decide, decode, judge, language, metadata, settle};
use dechaff::{Options, clean_html};

/// Most pages of a folder: every stage reads all of them many times.
const MOST_PAGES: usize = 40;

#[expect(clippy::disallowed_methods, reason = "flags of a bench are criterion's own")]
fn pages() -> Vec<String> {
    let folder = std::env::var("PAGES").ok();
    let found = folder.map(|folder| throughput::read_folder(Path::new(&folder), MOST_PAGES));
    found.map_or_else(|| vec![throughput::own_page()], |pages| pages.expect("PAGES names a folder of pages"))
}

fn parse(page: &str) -> usize {
    #[expect(clippy::disallowed_types, reason = "the bare parse is what the engine is measured by")]
    let document = scraper::Html::parse_document(page);
    document.tree.nodes().len()
}

fn stages(criterion: &mut Criterion) {
    let (options, scores) = (Options::default(), built_in());
    let pages = pages();
    let lean: Vec<Lean<'_>> = pages.iter().map(|page| prescan(page)).collect();
    let parsed: Vec<_> = lean.iter().map(html::parse).collect();
    let spoken: Vec<_> = parsed.iter().map(|page| language::of(page, None, None)).collect();
    let spoken_pages = || parsed.iter().zip(&spoken);
    let features: Vec<_> = spoken_pages().map(|(page, spoken)| measure(page, spoken.words(), scores)).collect();
    let votes: Vec<_> =
        features.iter().map(|of| judge::judge(of, scores, true, || Ok(())).expect("no limit")).collect();
    let judged = || features.iter().zip(&votes);
    let cleaned: Vec<_> =
        pages.iter().map(|page| clean_html(page.as_bytes(), None, &options).expect("no limit")).collect();
    let texts: Vec<&str> = cleaned.iter().map(|cleaned| cleaned.text.as_str()).collect();
    let mut group = criterion.benchmark_group("page");
    group.throughput(Throughput::Bytes(pages.iter().map(String::len).sum::<usize>() as u64));
    let mut stage = |name: &str, run: &dyn Fn() -> usize| {
        group.bench_function(name, |bencher| bencher.iter(|| black_box(run())));
    };
    stage("bare parse of scraper", &|| pages.iter().map(|page| parse(page)).sum());
    stage("decode", &|| pages.iter().map(|page| decode::html(page.as_bytes(), None).text.len()).sum());
    stage("prescan", &|| pages.iter().map(|page| prescan(page).html.len()).sum());
    stage("bare parse of what the prescan leaves", &|| lean.iter().map(|lean| parse(&lean.html)).sum());
    stage("parse", &|| lean.iter().map(|lean| html::parse(lean).blocks.len()).sum());
    stage("metadata", &|| parsed.iter().filter_map(|page| metadata::choose(page, None).title).count());
    stage("language", &|| parsed.iter().filter_map(|page| language::of(page, None, None).code).count());
    stage("features", &|| spoken_pages().map(|(page, spoken)| measure(page, spoken.words(), scores).len).sum());
    stage("judge", &|| {
        features.iter().map(|of| judge::judge(of, scores, true, || Ok(())).expect("no limit").totals.len()).sum()
    });
    stage("settle and cut", &|| {
        judged().for_each(|(of, votes)| {
            let (mut votes, stages) = (votes.clone(), scores.stages(of.page));
            settle::settle(of, &mut votes, stages);
            black_box(cut::cut(of, &votes, &stages.thresholds, options.mode));
        });
        features.len()
    });
    stage("all of the verdict: features to reasons", &|| {
        let decided = |page, spoken| decide::decide(page, spoken, &options, scores).expect("no limit");
        spoken_pages().map(|(page, spoken)| decided(page, spoken).verdicts.len()).sum()
    });
    stage("answer to JSON", &|| cleaned.iter().map(throughput::json).sum());
    stage("whole, to JSON", &|| pages.iter().map(|page| throughput::clean_page(page)).sum());
    group.finish();
    let mut group = criterion.benchmark_group("text");
    group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len()).sum::<usize>() as u64));
    group.bench_function("whole, to JSON", |bencher| {
        bencher.iter(|| texts.iter().map(|text| throughput::clean_pasted(text)).sum::<usize>());
    });
    group.finish();
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = stages }
criterion_main!(benches);
