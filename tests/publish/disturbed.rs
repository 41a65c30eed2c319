//! An account that misbehaves by a plan.

#![allow(dead_code, reason = "each test file uses a part")]

use std::future::Future;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use klayers::domain::{LayerName, RegionCode, Statement};
use klayers::publish::local::LocalAccount;
use klayers::publish::{
    AccountError, Identity, Payload, PublishRequest, PublishedVersion, ReadAccount, Refusal, StagedObject, Storage, VersionFacts, VersionSummary, WriteAccount,
};
use tokio::sync::Notify;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Once, and nothing happens.
    Before(Refusal),
    /// Once, and the call takes effect all the same.
    After(Refusal),
    /// Once.
    Unreachable,
    /// Every time.
    AlwaysUnreachable,
    /// Once, the call takes effect, its answer is lost, and whoever looks right away does not see it yet.
    Late,
    /// Once, the policy is that of a layer shared within an organisation.
    Condition,
    /// Once, the region has no room for code.
    Full,
    /// Once, the region is of another account.
    Somebody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    BeforeTheEffect,
    AfterTheEffect,
}

/// A local account that misbehaves by a plan: at a call of this name, layer and region (empty for any).
pub struct Disturbed {
    account: LocalAccount,
    fault: Mutex<Option<(&'static str, String, &'static str, Fault)>>,
    pub calls: Mutex<Vec<&'static str>>,
    is_hidden: AtomicBool,
    kill: Option<(usize, Moment)>,
    pub killed: Notify,
}

impl Disturbed {
    pub fn new(account: LocalAccount, fault: Option<(&'static str, &str, &'static str, Fault)>) -> Self {
        let fault = fault.map(|(call, layer, region, fault)| (call, layer.to_owned(), region, fault));
        Self { account, fault: Mutex::new(fault), calls: Mutex::default(), is_hidden: AtomicBool::new(false), kill: None, killed: Notify::new() }
    }

    /// From its `call`-th call on, counted from now, nothing is answered any more.
    pub fn killed_at(mut self, call: usize, moment: Moment) -> Self {
        self.calls.lock().unwrap().clear();
        self.kill = Some((call, moment));
        self
    }

    /// Whether what was to go wrong did.
    pub fn was_disturbed(&self) -> bool {
        self.fault.lock().unwrap().is_none()
    }

    /// Whether this is what goes wrong with the next call about a region.
    fn is_about(&self, region: &RegionCode, what: &Fault) -> bool {
        matches!(&*self.fault.lock().unwrap(), Some((_, _, only, fault)) if fault == what && *only == region.as_str())
    }

    /// Whether what goes wrong does so with this layer.
    fn is_of(&self, layer: &LayerName) -> bool {
        matches!(&*self.fault.lock().unwrap(), Some((_, only, _, _)) if *only == layer.as_str())
    }

    async fn call<T>(
        &self,
        name: &'static str,
        region: &RegionCode,
        about: &str,
        effect: impl Future<Output = Result<T, AccountError>> + Send,
    ) -> Result<T, AccountError> {
        let number = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(name);
            calls.len()
        };
        if let Some((at, moment)) = self.kill
            && number >= at
        {
            if number == at && moment == Moment::AfterTheEffect {
                let _ = effect.await;
            }
            self.killed.notify_one();
            return std::future::pending().await;
        }
        match self.fault(name, region, about) {
            Some(Fault::Before(refusal)) => Err(AccountError::refused(region, about, refusal, "scripted")),
            Some(Fault::After(refusal)) => {
                effect.await?;
                Err(AccountError::refused(region, about, refusal, "scripted"))
            }
            Some(Fault::Late) => {
                effect.await?;
                self.is_hidden.store(true, Ordering::Relaxed);
                Err(AccountError::Unreachable { region: region.clone(), about: about.to_owned(), reason: "scripted".to_owned() })
            }
            Some(Fault::Unreachable | Fault::AlwaysUnreachable) => {
                Err(AccountError::Unreachable { region: region.clone(), about: about.to_owned(), reason: "scripted".to_owned() })
            }
            Some(Fault::Condition | Fault::Full | Fault::Somebody) | None => effect.await,
        }
    }

    fn fault(&self, name: &str, region: &RegionCode, about: &str) -> Option<Fault> {
        let mut fault = self.fault.lock().unwrap();
        let (call, layer, only, what) = fault.clone()?;
        let is_meant = |wanted: &str, is: &str| wanted.is_empty() || wanted == is;
        if !is_meant(call, name) || !is_meant(&layer, about) || !is_meant(only, region.as_str()) {
            return None;
        }
        if what != Fault::AlwaysUnreachable {
            *fault = None;
        }
        Some(what)
    }
}

impl ReadAccount for Disturbed {
    async fn identity(&self, region: &RegionCode) -> Result<Identity, AccountError> {
        let is_other = self.is_about(region, &Fault::Somebody);
        let identity = self.call("identity", region, "", self.account.identity(region)).await?;
        Ok(if is_other { Identity { account: "999999999999".parse().unwrap(), ..identity } } else { identity })
    }

    async fn storage(&self, region: &RegionCode) -> Result<Storage, AccountError> {
        let is_full = self.is_about(region, &Fault::Full);
        let storage = self.call("storage", region, "", self.account.storage(region)).await?;
        Ok(if is_full { Storage { used_bytes: 1000, limit_bytes: 1000 } } else { storage })
    }

    async fn list_layers(&self, region: &RegionCode) -> Result<Vec<LayerName>, AccountError> {
        self.call("list_layers", region, "", self.account.list_layers(region)).await
    }

    async fn list_versions(&self, region: &RegionCode, layer: &LayerName) -> Result<Vec<VersionSummary>, AccountError> {
        let versions = self.call("list_versions", region, layer.as_str(), self.account.list_versions(region, layer)).await?;
        Ok(if self.is_hidden.swap(false, Ordering::Relaxed) { Vec::new() } else { versions })
    }

    async fn get_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<VersionFacts, AccountError> {
        self.call("get_version", region, layer.as_str(), self.account.get_version(region, layer, version)).await
    }

    async fn policy(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<Option<String>, AccountError> {
        // Other layers may be looked at meanwhile.
        let restricts = self.is_about(region, &Fault::Condition) && self.is_of(layer);
        let policy = self.call("policy", region, layer.as_str(), self.account.policy(region, layer, version)).await?;
        let condition = r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abcdefghij"}},"Effect""#;
        Ok(policy.map(|policy| if restricts { policy.replace(r#""Effect""#, condition) } else { policy }))
    }

    async fn download(&self, region: &RegionCode, layer: &LayerName, version: u64, to: &Path) -> Result<(), AccountError> {
        self.call("download", region, layer.as_str(), self.account.download(region, layer, version, to)).await
    }
}

impl WriteAccount for Disturbed {
    async fn stage(&self, region: &RegionCode, object: &StagedObject, archive: &Payload) -> Result<(), AccountError> {
        self.call("stage", region, &object.key, self.account.stage(region, object, archive)).await
    }

    async fn unstage(&self, region: &RegionCode, object: &StagedObject) -> Result<(), AccountError> {
        self.call("unstage", region, &object.key, self.account.unstage(region, object)).await
    }

    async fn publish_version(&self, region: &RegionCode, request: &PublishRequest) -> Result<PublishedVersion, AccountError> {
        self.call("publish_version", region, request.layer.as_str(), self.account.publish_version(region, request)).await
    }

    async fn add_permission(&self, region: &RegionCode, layer: &LayerName, version: u64, statement: &Statement) -> Result<(), AccountError> {
        self.call("add_permission", region, layer.as_str(), self.account.add_permission(region, layer, version, statement)).await
    }

    async fn delete_version(&self, region: &RegionCode, layer: &LayerName, version: u64) -> Result<(), AccountError> {
        self.call("delete_version", region, layer.as_str(), self.account.delete_version(region, layer, version)).await
    }
}
