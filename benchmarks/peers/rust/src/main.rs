//! Signs the three requests with aws-sigv4 and prints nanoseconds for one signature.
//!
//!     peers REQUESTS SAMPLES MILLIS
use std::time::{Duration, Instant, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    sign, PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest,
    SignatureLocation, SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use serde_json::{json, Value};

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("the requests lack {key}"))
}

fn settings(case: &str, expires: u64) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if case != "json-post" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if case == "s3-get" {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if case == "presigned-get" {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_secs(expires));
    }
    settings
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let input: Value =
        serde_json::from_str(&std::fs::read_to_string(&arguments[1]).expect("requests")).expect("JSON");
    let samples: usize = arguments[2].parse().expect("samples");
    let millis: u64 = arguments[3].parse().expect("millis");
    let identity: Identity = Credentials::new(
        text(&input, "access-key-id"),
        text(&input, "secret"),
        Some(text(&input, "token").to_owned()),
        None,
        "bench",
    )
    .into();
    let parsed = time::OffsetDateTime::parse(
        text(&input, "time"),
        &time::format_description::well_known::Rfc3339,
    )
    .expect("time");
    let at: SystemTime = parsed.into();
    let expires = input["expires-seconds"].as_u64().expect("expires-seconds");

    let mut results = Vec::new();
    for request in input["requests"].as_array().expect("requests") {
        let case = text(request, "case");
        let service = text(request, "service");
        let method = text(request, "method");
        let query = text(request, "query");
        let uri = format!(
            "https://{}{}{}{}",
            text(request, "host"),
            text(request, "path"),
            if query.is_empty() { "" } else { "?" },
            query
        );
        let headers: Vec<(&str, &str)> = request["headers"]
            .as_object()
            .expect("headers")
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str().expect("a header")))
            .collect();
        let body = text(request, "body").as_bytes();
        let once = || -> String {
            let params = v4::SigningParams::builder()
                .identity(&identity)
                .region(text(&input, "region"))
                .name(service)
                .time(at)
                .settings(settings(case, expires))
                .build()
                .expect("parameters")
                .into();
            let signable = SignableRequest::new(
                method,
                uri.as_str(),
                headers.iter().copied(),
                if case == "json-post" {
                    SignableBody::Bytes(body)
                } else {
                    SignableBody::UnsignedPayload
                },
            )
            .expect("a request");
            let (_instructions, signature) = sign(signable, &params).expect("signed").into_parts();
            signature
        };
        let got = once();
        if got != text(request, "signature") {
            eprintln!("rust: {case}: the signature is {got}, not {}", text(request, "signature"));
            std::process::exit(1);
        }
        let mut ns = Vec::new();
        for i in 0..samples + 2 {
            let sample = sample(&once, Duration::from_millis(millis));
            if i >= 2 {
                ns.push(sample);
            }
        }
        results.push(json!({
            "signer": "rust",
            "label": format!("Rust, aws-sigv4 {}", version()),
            "case": case,
            "ns": ns,
        }));
    }
    println!("{}", Value::Array(results));
}

/// The version that Cargo.toml pins.
fn version() -> &'static str {
    include_str!("../Cargo.toml")
        .lines()
        .find(|line| line.starts_with("aws-sigv4 "))
        .and_then(|line| line.split('"').nth(1))
        .map_or("?", |pinned| pinned.trim_start_matches('='))
}

fn sample(once: &impl Fn() -> String, length: Duration) -> f64 {
    let begun = Instant::now();
    let mut signed = 0u64;
    while begun.elapsed() < length {
        for _ in 0..200 {
            std::hint::black_box(once());
        }
        signed += 200;
    }
    begun.elapsed().as_nanos() as f64 / signed as f64
}
