use std::sync::Arc;

use super::*;
use crate::demo::wire::canonical::canonical;
use crate::demo::wire::decode::decode;
use crate::demo::wire::schema::Schema;

fn shapes() -> Vec<(&'static str, Arc<Shape>)> {
    let places: Arc<[Place]> = vec![
        Place { name: "ip-10-0-1-20.ec2.internal".into(), ip: "10.0.1.20".into() },
        Place { name: "ip-10-0-1-213.ec2.internal".into(), ip: "10.0.1.213".into() },
    ]
    .into();
    let pod = Kind::Pod(PodShape {
        namespace: "checkout".into(),
        replica_set: "checkout-api-6b9f7c5d4d".into(),
        replica_set_uid: random::uuid(1, 2),
        labels: vec![("app".into(), "checkout-api".into())],
        container: "app".into(),
        image: "registry.example.com/checkout-api:1.2.3".into(),
        cpu: "100m".into(),
        memory: "256Mi".into(),
    });
    let job = Kind::Job(JobShape {
        namespace: "reports".into(),
        labels: vec![("team".into(), "finance".into())],
        image: "registry.example.com/report:4".into(),
    });
    vec![("Pod", Arc::new(Shape::new(pod, 7, places.clone()))), ("Job", Arc::new(Shape::new(job, 8, places)))]
}

#[test]
fn bytes_from_the_template_are_those_of_the_object() {
    for (kind, shape) in shapes() {
        let id = Schema::get().find(kind).unwrap();
        for number in 0..40u32 {
            let bulk = Bulk {
                shape: shape.clone(),
                ordinal: number * 97,
                created: 1_790_000_000 + number,
                changed: 1_790_001_000 + number,
                place: number % 2,
                state: (number % 5) as u8,
                restarts: (number % 3) as u8,
            };
            let key = Key::new("ns", format!("name-{number}"));
            let rv = 990 + u64::from(number);
            let value = bulk.value(&key, rv);
            let stored = canonical(id, &value).unwrap();
            assert_eq!(stored.to_string(), value.to_string(), "in the API server's own order and form");

            let mut json = Vec::new();
            bulk.write(&key, rv, Format::Json, &mut json);
            assert_eq!(String::from_utf8(json).unwrap(), value.to_string());

            let mut bytes = Vec::new();
            bulk.write(&key, rv, Format::Protobuf, &mut bytes);
            assert_eq!(bytes.len(), bulk.len(&key, rv, Format::Protobuf));
            assert_eq!(decode(id, &bytes).unwrap().to_string(), value.to_string());
        }
    }
}
