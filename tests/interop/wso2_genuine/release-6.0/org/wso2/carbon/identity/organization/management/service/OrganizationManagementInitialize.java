package org.wso2.carbon.identity.organization.management.service;

public interface OrganizationManagementInitialize {
  boolean isOrganizationManagementEnabled();
}
